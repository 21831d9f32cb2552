/** Tests. */
@NullMarked
package io.millrace.gateway.command;

import org.jspecify.annotations.NullMarked;
