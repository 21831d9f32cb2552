@NullMarked
package io.millrace.rules.history;

import org.jspecify.annotations.NullMarked;
