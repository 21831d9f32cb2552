@NullMarked
package io.millrace.rules.cli;

import org.jspecify.annotations.NullMarked;
