@NullMarked
package io.millrace.rules.testing;

import org.jspecify.annotations.NullMarked;
