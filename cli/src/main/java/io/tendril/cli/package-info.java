/// The `tendril` command and the interface that its subcommands implement.
@NullMarked
package io.tendril.cli;

import org.jspecify.annotations.NullMarked;
