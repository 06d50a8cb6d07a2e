/// What the house rules are checked with; the rules themselves are this module's tests.
@NullMarked
package io.tendril.rules;

import org.jspecify.annotations.NullMarked;
