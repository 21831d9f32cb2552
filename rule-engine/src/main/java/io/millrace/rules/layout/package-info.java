/** How rule files are laid out: the order of keys, blanks, line ends. Words and comments stay as they were written. */
@NullMarked
@CheckReturnValue
package io.millrace.rules.layout;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
