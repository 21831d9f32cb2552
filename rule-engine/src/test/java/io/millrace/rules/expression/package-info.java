@NullMarked
package io.millrace.rules.expression;

import org.jspecify.annotations.NullMarked;
