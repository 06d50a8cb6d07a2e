@NullMarked
package io.tendril.core;

import org.jspecify.annotations.NullMarked;
