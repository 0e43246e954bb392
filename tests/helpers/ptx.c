// Runs a kernel of a card thread by thread; its statements come from the kernel's PTX.
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint32_t tid[3], ntid[3], ctaid[3], nctaid[3];
    int number, at;
    uint8_t local[LOCAL_BYTES] __attribute__((aligned(16)));
    REGISTERS
} Thread;

typedef struct {
    int64_t writer, reader;
    uint64_t written, read;
} Word;

enum { NOBODY = -1, SEVERAL = -2 };

static char failure[200];
static bool failed;
static uint64_t scratch[4];
static uint8_t shared[SHARED_BYTES] __attribute__((aligned(16)));
static Word words[SHARED_BYTES / 4 + 1];
static uint64_t now;
static const uint64_t *ranges, *parameters;
static int range_count;

static void *fail(const Thread *it, const char *what, uint64_t address) {
    if (!failed)
        snprintf(failure, sizeof failure, "block %u, thread (%u, %u): %s, address %llu", it->ctaid[0],
                 it->tid[0], it->tid[1], what, (unsigned long long)address);
    failed = true;
    return scratch;
}

static void *global_load(Thread *it, uint64_t address, uint64_t size) {
    if (address % size)
        return fail(it, "not aligned in global memory", address);
    for (int n = 0; n < range_count; n++)
        if (address >= ranges[2 * n] && address + size <= ranges[2 * n + 1])
            return (void *)address;
    return fail(it, "outside of every array", address);
}

static void *global_store(Thread *it, uint64_t address, uint64_t size) {
    return global_load(it, address, size);
}

static void *local_load(Thread *it, uint64_t address, uint64_t size) {
    if (address % size || address + size > sizeof it->local)
        return fail(it, "outside of local memory", address);
    return it->local + address;
}

static void *local_store(Thread *it, uint64_t address, uint64_t size) {
    return local_load(it, address, size);
}

static bool outside_shared(uint64_t address, uint64_t size) {
    return address % size || size % 4 || address + size > sizeof shared;
}

static void *shared_load(Thread *it, uint64_t address, uint64_t size) {
    if (outside_shared(address, size))
        return fail(it, "outside of shared memory", address);
    for (uint64_t n = address / 4; n < (address + size) / 4; n++) {
        Word *word = words + n;
        if (word->writer == NOBODY)
            return fail(it, "reads shared memory that nobody wrote", address);
        if (word->written == now && word->writer != it->number)
            return fail(it, "reads what another thread writes before a barrier", address);
        word->reader = word->read == now && word->reader != it->number ? SEVERAL : it->number;
        word->read = now;
    }
    return shared + address;
}

static void *shared_store(Thread *it, uint64_t address, uint64_t size) {
    if (outside_shared(address, size))
        return fail(it, "outside of shared memory", address);
    for (uint64_t n = address / 4; n < (address + size) / 4; n++) {
        Word *word = words + n;
        if (word->written == now && word->writer != it->number && word->writer != NOBODY)
            return fail(it, "writes what another thread writes before a barrier", address);
        if (word->read == now && word->reader != it->number)
            return fail(it, "writes what another thread reads before a barrier", address);
        word->writer = it->number;
        word->written = now;
    }
    return shared + address;
}

static double of_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

#define not_zero(n) ((n) ? (n) : (fail(it, "division by zero", 0), 1))

// Run a thread to its next barrier and return its number; 0 where the thread has ended.
static int run(Thread *it) {
    switch (it->at) { ENTRIES }
    STEPS
    return 0;
}

// Run all blocks; return what went wrong, or nothing.
const char *launch(const uint64_t *given, const uint64_t *arrays, int array_count, uint32_t blocks,
                   uint32_t width, uint32_t height) {
    uint32_t count = width * height;
    Thread *threads = malloc(sizeof(Thread) * count);
    parameters = given, ranges = arrays, range_count = array_count;
    failed = false, failure[0] = 0;
    for (uint32_t block = 0; block < blocks && !failed; block++) {
        // what nobody sets is not 0 on a card, and differs from block to block
        memset(threads, 0xA5 ^ (int)block, sizeof(Thread) * count);
        memset(shared, 0x5A, sizeof shared);
        for (uint64_t n = 0; n < sizeof words / sizeof words[0]; n++)
            words[n] = (Word){NOBODY, NOBODY, 0, 0};
        now = 1;
        for (uint32_t n = 0; n < count; n++) {
            Thread *it = threads + n;
            uint32_t own[] = {n % width, n / width, 0, width, height, 1, block, 0, 0, blocks, 1, 1};
            memcpy(it->tid, own, sizeof own);
            it->number = n, it->at = 0;
        }
        for (bool running = true; running && !failed; now++) {
            for (uint32_t n = 0; n < count && !failed; n++) {
                threads[n].at = run(threads + n);
                if (threads[n].at != threads[0].at)
                    fail(threads + n, "waits at another barrier than the first thread", 0);
            }
            running = threads[0].at != 0;
        }
    }
    free(threads);
    return failure;
}
