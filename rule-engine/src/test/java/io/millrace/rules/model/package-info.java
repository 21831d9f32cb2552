@NullMarked
package io.millrace.rules.model;

import org.jspecify.annotations.NullMarked;
