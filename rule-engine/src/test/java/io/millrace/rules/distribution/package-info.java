@NullMarked
package io.millrace.rules.distribution;

import org.jspecify.annotations.NullMarked;
