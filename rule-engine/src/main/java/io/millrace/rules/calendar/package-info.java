/**
 * Times of day as rules name them: when a schedule comes, when an interval begins and ends. Pure functions of the time asked for
 * and of the time zone rules of this Java; epoch milliseconds.
 */
@NullMarked
@CheckReturnValue
package io.millrace.rules.calendar;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
