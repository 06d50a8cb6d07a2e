@NullMarked
package io.tendril.http;

import org.jspecify.annotations.NullMarked;
