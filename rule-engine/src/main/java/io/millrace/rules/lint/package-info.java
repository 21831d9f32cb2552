/**
 * What is well-formed and probably not meant (W301 to W309): one small class for each warning. Pure; looks at compiled rules, at the
 * file's catalogue of commands, and at recorded telemetry and a registry if there are any. What cannot be decided is not warned of.
 */
@NullMarked
@CheckReturnValue
package io.millrace.rules.lint;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
