@NullMarked
package io.millrace.rules.cel;

import org.jspecify.annotations.NullMarked;
