/**
 * KCP, the reliable-UDP protocol: one conversation as a state machine without socket, thread or clock. The door is {@link
 * dev.convoy.protocol.kcp.Kcp}.
 */
@NullMarked
package dev.convoy.protocol.kcp;

import org.jspecify.annotations.NullMarked;
