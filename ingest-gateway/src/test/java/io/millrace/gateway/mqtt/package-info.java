/** Tests. */
@NullMarked
package io.millrace.gateway.mqtt;

import org.jspecify.annotations.NullMarked;
