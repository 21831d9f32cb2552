/**
 * Rule files: YAML 1.2 in, a compiled {@link io.millrace.rules.model.RuleSet} or all that is wrong out. The one loader of the
 * command line, the engine and the API; start at {@link io.millrace.rules.language.RuleFiles}.
 */
@NullMarked
@CheckReturnValue
package io.millrace.rules.language;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
