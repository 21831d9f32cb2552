@NullMarked
package io.millrace.rules.calendar;

import org.jspecify.annotations.NullMarked;
