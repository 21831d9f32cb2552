@NullMarked
package io.millrace.gateway.transport;

import org.jspecify.annotations.NullMarked;
