/**
 * From the text of an expression to a closure over slots.
 *
 * <p>The path of an expression: {@link io.millrace.rules.cel.Syntax} parses it with dev.cel and says syntax errors in plain words;
 * {@link io.millrace.rules.cel.Names} resolves names, widens integer literals and refuses unknown functions;
 * {@link io.millrace.rules.cel.Checker} has dev.cel check the types against the language's own declarations, in which every number is
 * a double; {@link io.millrace.rules.cel.Closures} builds the closures. A function of the language is declared and compiled in one
 * place, its {@link io.millrace.rules.cel.Family}; a new family (windows, history) is one more class in
 * {@link io.millrace.rules.cel.Functions}.
 */
@NullMarked
@CheckReturnValue
package io.millrace.rules.cel;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
