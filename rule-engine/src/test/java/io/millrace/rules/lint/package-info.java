@NullMarked
package io.millrace.rules.lint;

import org.jspecify.annotations.NullMarked;
