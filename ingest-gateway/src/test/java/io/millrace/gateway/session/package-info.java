/** Tests. */
@NullMarked
package io.millrace.gateway.session;

import org.jspecify.annotations.NullMarked;
