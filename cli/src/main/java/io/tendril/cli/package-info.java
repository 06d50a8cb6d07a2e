@NullMarked
package io.tendril.cli;

import org.jspecify.annotations.NullMarked;
