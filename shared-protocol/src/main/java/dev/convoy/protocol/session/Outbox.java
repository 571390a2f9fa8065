package dev.convoy.protocol.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The messages of one direction of a session that the other end has not acknowledged. It outlives every
 * conv: a message leaves it only when its receiver says that it is durable there.
 *
 * <p>The one place where a message gets its number. Three marks run through the numbers, each at or behind
 * the next:
 *
 * <pre>
 * acknowledged ≤ transmitted ≤ released ≤ last
 * </pre>
 *
 * {@code released} is the output commit of a strict room: what is above it has a number but may not leave
 * yet. Confined to its session's event loop.
 */
public final class Outbox {
    /**
     * A message and its number.
     *
     * @param isState whether it is a {@link FrameType#STATE}, which takes its turn among the messages
     */
    public record Entry(long seq, byte[] message, boolean isState) {}

    private final int messagesMax;
    private final int bytesMax;
    private final Deque<Entry> entries = new ArrayDeque<>();
    /** Entries not transmitted on the present conv, lowest first: the tail of {@code entries}. */
    private final Deque<Entry> waiting = new ArrayDeque<>();

    private long acknowledged;
    private long released;
    private long last;
    private int bytes;

    /**
     * An empty outbox of a session in which messages up to {@code acknowledged} are done with.
     *
     * @param messagesMax how many messages may be unacknowledged
     * @param bytesMax how many bytes they may have together
     */
    public Outbox(long acknowledged, int messagesMax, int bytesMax) {
        this.acknowledged = acknowledged;
        this.released = acknowledged;
        this.last = acknowledged;
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
    }

    /** True when a message of so many bytes still has room. */
    public boolean hasRoom(int messageBytes) {
        return entries.size() < messagesMax && bytes + messageBytes <= bytesMax;
    }

    /**
     * Takes a message and gives it the next number.
     *
     * @throws IllegalArgumentException when it has more than {@link SessionLink#MESSAGE_BYTES_MAX} bytes
     * @throws IllegalStateException when there is no {@linkplain #hasRoom room}: ask first
     */
    public long append(byte[] message) {
        return append(message, false);
    }

    /** Takes a message or, with {@code isState}, a state; otherwise like {@link #append(byte[])}. */
    public long append(byte[] message, boolean isState) {
        SessionLink.requireSendable(message);
        if (!hasRoom(message.length)) throw new IllegalStateException("the outbox is full");
        add(message, isState);
        return last;
    }

    /** Takes the next message of an outbox that a former owner has filled, by bounds that were his. */
    public void restore(byte[] message, boolean isState) {
        SessionLink.requireSendable(message);
        add(message, isState);
    }

    private void add(byte[] message, boolean isState) {
        Entry entry = new Entry(++last, message, isState);
        entries.addLast(entry);
        waiting.addLast(entry);
        bytes += message.length;
    }

    /** Lets messages up to {@code seq} leave. */
    public void release(long seq) {
        released = Math.max(released, Math.min(seq, last));
    }

    /** Whether a message may leave and has not. */
    public boolean hasTransmittable() {
        Entry next = waiting.peekFirst();
        return next != null && next.seq <= released;
    }

    /** The next message to leave, marked as transmitted on this conv; ask {@link #hasTransmittable} first. */
    public Entry transmit() {
        return waiting.removeFirst();
    }

    /** The next message to leave, without marking it. */
    public Entry peekTransmittable() {
        return waiting.getFirst();
    }

    /**
     * The peer has everything up to {@code seq}.
     *
     * @return false when that number was never transmitted: the peer is lying or confused, nothing changed
     */
    public boolean acknowledge(long seq) {
        if (seq > released) return false;
        while (!entries.isEmpty() && entries.getFirst().seq <= seq) bytes -= entries.removeFirst().message.length;
        while (!waiting.isEmpty() && waiting.getFirst().seq <= seq) waiting.removeFirst();
        acknowledged = Math.max(acknowledged, seq);
        return true;
    }

    /**
     * The receiver has messages up to {@code received} that a crash of this end may have undone. What stands is the next thing
     * that it gets, and then what was said since; numbers go on behind all that were ever given. Always has room.
     *
     * @param state a {@link Frames#stateMessage}
     * @param since the messages above this number were said after the state was taken
     */
    public void rollForward(long received, byte[] state, long since) {
        SessionLink.requireSendable(state);
        List<Entry> said = above(since);
        entries.clear();
        waiting.clear();
        bytes = 0;
        last = Math.max(received, last);
        acknowledged = last;
        released = last;
        add(state, true);
        for (Entry entry : said) if (!entry.isState) add(entry.message, false);
    }

    /**
     * A peer that comes back has everything up to {@code received}.
     *
     * @param hasForgotten whether it may have less than it once said, and takes whatever comes next
     * @return false when that number does not fit: nothing changed
     */
    public boolean goOnBehind(long received, boolean hasForgotten) {
        return received < acknowledged ? hasForgotten : acknowledge(received);
    }

    @Override
    public String toString() {
        return acknowledged + " confirmed and " + last + " sent";
    }

    /** A new conv begins: everything that is not acknowledged is to be transmitted again. */
    public void rewind() {
        waiting.clear();
        waiting.addAll(entries);
    }

    /** Messages kept because the peer has not acknowledged them. */
    public int messages() {
        return entries.size();
    }

    /** The bytes of those messages. */
    public int bytes() {
        return bytes;
    }

    /** The unacknowledged messages above {@code seq}, lowest first. */
    public List<Entry> above(long seq) {
        Deque<Entry> found = new ArrayDeque<>();
        for (var newest = entries.descendingIterator(); newest.hasNext(); ) {
            Entry entry = newest.next();
            if (entry.seq <= seq) break;
            found.addFirst(entry);
        }
        return new ArrayList<>(found);
    }

    public long acknowledged() {
        return acknowledged;
    }

    public long released() {
        return released;
    }

    /** The number of the last message appended. */
    public long last() {
        return last;
    }

    public int size() {
        return entries.size();
    }
}
