@NullMarked
package io.millrace.rules.language;

import org.jspecify.annotations.NullMarked;
