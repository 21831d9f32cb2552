@NullMarked
package io.millrace.gateway.tls;

import org.jspecify.annotations.NullMarked;
