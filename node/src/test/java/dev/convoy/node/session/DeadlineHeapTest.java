package dev.convoy.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The heap against a list that is looked through. */
class DeadlineHeapTest {
    private static final class Item extends DeadlineHeap.Entry {
        private final Set<Item> called;
        private final DeadlineHeap heap;
        private final Random random;
        private long dueMs = DeadlineHeap.NEVER;

        Item(Set<Item> called, DeadlineHeap heap, Random random) {
            this.called = called;
            this.heap = heap;
            this.random = random;
        }

        void set(long newDueMs) {
            dueMs = newDueMs;
            heap.set(this, newDueMs);
        }

        @Override
        void onDeadline(long nowMs) {
            assertThat(dueMs).as("called before its time").isLessThanOrEqualTo(nowMs);
            assertThat(called.add(this)).as("called twice").isTrue();
            dueMs = DeadlineHeap.NEVER;
            if (random.nextBoolean()) set(nowMs + 1 + random.nextInt(50));
        }
    }

    @Test
    void whatIsDueIsCalledOnceAndNothingElse() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        DeadlineHeap heap = new DeadlineHeap();
        Set<Item> called = new HashSet<>();
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < 200; i++) items.add(new Item(called, heap, random));
        for (long nowMs = 1; nowMs < 5_000; nowMs++) {
            for (int i = 0; i < 20; i++) {
                Item item = items.get(random.nextInt(items.size()));
                item.set(random.nextInt(5) == 0 ? DeadlineHeap.NEVER : nowMs + random.nextInt(100));
            }
            Set<Item> due = new HashSet<>();
            for (Item item : items) if (item.dueMs <= nowMs) due.add(item);
            called.clear();
            heap.expire(nowMs);
            assertThat(called).isEqualTo(due);
            long soonestMs = items.stream().mapToLong(item -> item.dueMs).min().orElseThrow();
            assertThat(heap.nextMs()).isLessThanOrEqualTo(soonestMs);
        }
        items.forEach(item -> item.set(DeadlineHeap.NEVER));
        assertThat(heap.nextMs()).isEqualTo(DeadlineHeap.NEVER);
    }
}
