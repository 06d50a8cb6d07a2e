@NullMarked
package io.tendril.testing;

import org.jspecify.annotations.NullMarked;
