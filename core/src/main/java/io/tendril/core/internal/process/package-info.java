/** Child processes as a reactor sees them, on whatever engine has them. Not exported. */
@NullMarked
package io.tendril.core.internal.process;

import org.jspecify.annotations.NullMarked;
