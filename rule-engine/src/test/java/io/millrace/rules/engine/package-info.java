@NullMarked
package io.millrace.rules.engine;

import org.jspecify.annotations.NullMarked;
