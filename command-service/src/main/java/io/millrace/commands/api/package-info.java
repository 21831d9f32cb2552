/** The REST API under /api/v1. */
@NullMarked
@CheckReturnValue
package io.millrace.commands.api;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
