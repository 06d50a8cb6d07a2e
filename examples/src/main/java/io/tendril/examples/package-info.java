@NullMarked
package io.tendril.examples;

import org.jspecify.annotations.NullMarked;
