/** Configuration: a YAML file, overridden by the environment, checked whole before anything starts. */
@NullMarked
@CheckReturnValue
package io.millrace.runtime.config;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
