package dev.convoy.protocol.conv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.protocol.conv.Allocation.Refusal;
import dev.convoy.protocol.sim.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConvAllocatorTest {
    private static final Random ANY = new Random(1);

    @Test
    void aFullCounterSaysSoAndDoesNotSearch() {
        ConvAllocator counter = ConvAllocator.global(3, 0, ANY);
        for (int i = 0; i < 3; i++) assertThat(counter.take(0)).isInstanceOf(Allocation.Taken.class);
        assertThat(counter.take(0)).isEqualTo(Refusal.FULL);
        assertThat(counter.take(0).convOrNone()).isEqualTo(Conv.NONE);
    }

    @Test
    void theCounterStepsOverEveryIllegalWord() {
        ConvAllocator counter = new ConvAllocator(0, Conv.COUNT, 1, 100, 0, startAt(Conv.rank(0x4AFFFFFE)));
        assertThat(convs(counter, 4)).containsExactly(0x4AFFFFFE, 0x4AFFFFFF, 0x4C000000, 0x4C000001);
        counter = new ConvAllocator(0, Conv.COUNT, 1, 100, 0, startAt(Conv.rank(0xFEFFFFFE)));
        assertThat(convs(counter, 4)).containsExactly(0xFEFFFFFE, 0xFEFFFFFF, 0x01000000, 0x01000001);
    }

    @Test
    void aSegmentWrapsWithLooking() {
        ConvAllocator segment =
                new ConvAllocator(Conv.rank(0x05000000), Conv.SEQUENCES, 1, 100, 0, startAt(Conv.SEQUENCES - 2));
        assertThat(segment.claim(0x05000000, 0)).isTrue();
        assertThat(convs(segment, 3)).containsExactly(0x05FFFFFE, 0x05FFFFFF, 0x05000001);
    }

    @Test
    void everyConvOfASegmentHasItsServersHighByte() {
        Seeds.run(50, seed -> {
            Random random = new Random(seed);
            int serverId = Conv.serverId(Conv.ofRank(random.nextLong(Conv.COUNT)));
            ConvAllocator segment = ConvAllocator.segmented(serverId, 3, 8, 1000, 0, random);
            for (int conv : convs(segment, 1000)) {
                assertThat(Conv.serverId(conv)).isEqualTo(serverId);
                assertThat(Conv.sequence(conv) % 8).isEqualTo(3);
                assertThat(segment.covers(conv)).isTrue();
            }
        });
    }

    @Test
    void oneCallLooksAtABoundedNumberAndTheNextGoesOn() {
        ConvAllocator counter = new ConvAllocator(0, 1000, 1, 1000, 0, startAt(0));
        for (int rank = 0; rank < 200; rank++) counter.claim(Conv.ofRank(rank), 0);
        for (int call = 0; call < 3; call++) assertThat(counter.take(0)).isEqualTo(Refusal.SEARCHING);
        assertThat(counter.take(0).convOrNone()).isEqualTo(Conv.ofRank(200));
    }

    @Test
    void aReleasedConvRestsBeforeSomebodyElseGetsIt() {
        ConvAllocator one = new ConvAllocator(0, 1, 1, 1, 5_000, startAt(0));
        int conv = one.take(0).convOrNone();
        one.release(conv, 1_000);
        assertThat(one.isInUse(conv)).isFalse();
        assertThat(one.take(5_999)).isEqualTo(Refusal.FULL);
        assertThat(one.claim(conv, 5_999)).isFalse();
        assertThat(one.take(6_000).convOrNone()).isEqualTo(conv);
    }

    @Test
    void aConvIsReleasedOnce() {
        ConvAllocator one = new ConvAllocator(0, 2, 1, 2, 100, startAt(0));
        int conv = one.take(0).convOrNone();
        one.release(conv, 0);
        one.release(conv, 90);
        one.release(Conv.ofRank(1), 90);
        one.release(0, 90);
        assertThat(one.claim(conv, 100)).isTrue();
        assertThat(one.held()).isEqualTo(1);
    }

    @Test
    void foreignAndIllegalConvsCannotBeClaimed() {
        ConvAllocator segment = ConvAllocator.segmented(5, 1, 4, 10, 0, ANY);
        for (int word : new int[] {0, 0x00000005, 0x4B435031, 0xFF000001, 0x06000001, 0x04FFFFFD, 0x05000000})
            assertThat(segment.claim(word, 0)).isFalse();
        assertThat(segment.claim(0x05000001, 0)).isTrue();
        assertThat(segment.claim(0x05000001, 0)).isFalse();
        assertThat(segment.claim(0x05FFFFFD, 0)).isTrue();
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        for (Runnable wrong : List.<Runnable>of(
                () -> ConvAllocator.segmented(0, 1, 0, ANY),
                () -> ConvAllocator.segmented(0x4B, 1, 0, ANY),
                () -> ConvAllocator.segmented(1, 1, 3, 1, 0, ANY),
                () -> ConvAllocator.segmented(1, 2, 2, 1, 0, ANY),
                () -> ConvAllocator.global(0, 0, ANY),
                () -> ConvAllocator.global(1, -1, ANY),
                () -> HostProcessConv.allocator(new byte[6], 1, 4097, 0, ANY)))
            assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theFieldsOfHostProcessAndSequenceDoNotOverlap() {
        Random random = new Random(3);
        for (int i = 0; i < 100_000; i++) {
            int host = random.nextInt(HostProcessConv.HOSTS);
            int process = random.nextInt(256);
            int sequence = random.nextInt(4096);
            int conv = HostProcessConv.conv(host, process, sequence);
            assertThat(conv & 0xFFF).isEqualTo(sequence);
            assertThat(conv >>> 12 & 0xFF).isEqualTo(process);
            assertThat((int) (Conv.rank(conv) >>> 20)).isEqualTo(host);
        }
    }

    @Test
    void programsOfOneHostHaveConvsOfTheirOwn() {
        byte[] host = "game-7.example".getBytes(StandardCharsets.UTF_8);
        Set<Integer> seen = new HashSet<>();
        for (int process = 4000; process < 4020; process++) {
            ConvAllocator program = HostProcessConv.allocator(host, process, 4096, 0, ANY);
            for (int conv : convs(program, 4096)) assertThat(seen.add(conv)).isTrue();
            assertThat(program.take(0)).isEqualTo(Refusal.FULL);
        }
    }

    /** Random takes, claims and releases against a slow model that is obviously right. */
    @Test
    void nobodyEverGetsAConvThatIsInUseOrInQuarantine() {
        Seeds.run(100, seed -> {
            Random random = new Random(seed);
            int heldMax = 1 + random.nextInt(80);
            int quarantineMs = random.nextInt(50);
            ConvAllocator allocator = new ConvAllocator(1000, 100, 2, heldMax, quarantineMs, random);
            Deque<Integer> inUse = new ArrayDeque<>();
            Map<Integer, Long> freeAtMs = new HashMap<>();
            long nowMs = 0;
            for (int step = 0; step < 2_000; step++) {
                nowMs += random.nextInt(4);
                int conv = Conv.ofRank(1000 + 2L * random.nextInt(100));
                switch (random.nextInt(3)) {
                    case 0 -> conv = allocator.take(nowMs).convOrNone();
                    case 1 -> conv = allocator.claim(conv, nowMs) ? conv : Conv.NONE;
                    default -> {
                        Integer old = inUse.pollFirst();
                        if (old != null) {
                            allocator.release(old, nowMs);
                            freeAtMs.put(old, nowMs + quarantineMs);
                        }
                        continue;
                    }
                }
                if (conv == Conv.NONE) continue;
                assertThat(inUse).doesNotContain(conv);
                assertThat(freeAtMs.getOrDefault(conv, 0L)).isLessThanOrEqualTo(nowMs);
                inUse.addLast(conv);
                assertThat(allocator.held()).isLessThanOrEqualTo(heldMax);
            }
        });
    }

    private static List<Integer> convs(ConvAllocator allocator, int count) {
        List<Integer> convs = new ArrayList<>();
        for (int i = 0; i < count; i++) convs.add(allocator.take(0).convOrNone());
        return convs;
    }

    private static Random startAt(long position) {
        return new Random() {
            @Override
            public long nextLong(long bound) {
                return position;
            }
        };
    }
}
