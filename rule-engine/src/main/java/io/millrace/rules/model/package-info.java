/**
 * A rule set as the engine runs it: immutable, compiled, without a trace of YAML or CEL.
 *
 * <p>{@code RuleFiles.load(path)} of {@code io.millrace.rules.language} makes one. The engine swaps the whole
 * {@link io.millrace.rules.model.RuleSet} between two records, compares {@link io.millrace.rules.model.Rule#fingerprints} of equal
 * {@link io.millrace.rules.model.RuleId} to see what happens to their state, and carries last values over by
 * {@link io.millrace.rules.expression.Field#key}. Evaluation itself: see {@code io.millrace.rules.expression}.
 */
@NullMarked
@CheckReturnValue
package io.millrace.rules.model;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
