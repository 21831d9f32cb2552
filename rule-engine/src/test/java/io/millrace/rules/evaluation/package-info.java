@NullMarked
package io.millrace.rules.evaluation;

import org.jspecify.annotations.NullMarked;
