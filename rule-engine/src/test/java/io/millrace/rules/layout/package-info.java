@NullMarked
package io.millrace.rules.layout;

import org.jspecify.annotations.NullMarked;
