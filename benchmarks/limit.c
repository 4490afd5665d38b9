/* How many multiply-adds do all cores make at most? Chains of them in registers, and nothing else. limit.py builds this.

       limit float32|bfloat16|clock THREADS TIMES

   writes a line for each of so many pieces of half a ms: FLOP/s of all threads together, a multiplication and an addition
   being 2; clock: the cycles a second of one core. Nothing is written if this processor has no such instruction, or if
   the numbers in the registers come out wrong; it then says so and ends with 1. */
#define _POSIX_C_SOURCE 200809L
#ifdef __AVX512BF16__
#include <immintrin.h>
#endif
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A chain waits for its last result: there are more of them than an instruction takes cycles (4 or 5) times the units that
   make it (2; on ARM 4), and no more than registers hold. */
#if defined __AVX512F__
#define LANES 16
#define CHAINS 24
#elif defined __AVX2__ && defined __FMA__
#define LANES 8
#define CHAINS 12
#elif defined __ARM_FEATURE_FMA
#define LANES 4
#define CHAINS 24
#else
#define LANES 4
#define CHAINS 8
#define NO_FLOAT32 "its instructions have no fused multiply-add"
#endif
#ifndef __AVX512BF16__
#define NO_BFLOAT16 "its vectors do not multiply in bfloat16"
#endif

typedef float vector __attribute__((vector_size(4 * LANES)));
#define MOST 1024
static vector sums[MOST];           /* a thread's, in the end; so that the compiler cannot leave the chains out */

/* Each lane of each chain, first `start`, becomes lane * x + y, `rounds` times over. Returns FLOP. */
__attribute__((noinline)) static double float32(long rounds, float start, float x, float y, vector *sum) {
    vector chain[CHAINS], xs, ys;
    for (int i = 0; i < LANES; i++) xs[i] = x, ys[i] = y;
    for (int c = 0; c < CHAINS; c++) for (int i = 0; i < LANES; i++) chain[c][i] = start;
    for (long n = 0; n < rounds; n++) {
#pragma GCC unroll 24
        for (int c = 0; c < CHAINS; c++) chain[c] = chain[c] * xs + ys;
    }
    *sum = chain[0];
    for (int c = 1; c < CHAINS; c++) *sum += chain[c];
    return 2. * LANES * CHAINS * rounds;
}

/* Each lane becomes lane + x * y + x * y: an instruction multiplies two pairs. */
__attribute__((noinline)) static double bfloat16(long rounds, float start, float x, float y, vector *sum) {
#ifdef __AVX512BF16__
    __m512 chain[CHAINS];
    __m512bh xs = _mm512_cvtne2ps_pbh(_mm512_set1_ps(x), _mm512_set1_ps(x)), ys = _mm512_cvtne2ps_pbh(_mm512_set1_ps(y), _mm512_set1_ps(y));
    for (int c = 0; c < CHAINS; c++) chain[c] = _mm512_set1_ps(start);
    for (long n = 0; n < rounds; n++) {
#pragma GCC unroll 24
        for (int c = 0; c < CHAINS; c++) chain[c] = _mm512_dpbf16_ps(chain[c], xs, ys);
    }
    *sum = chain[0];
    for (int c = 1; c < CHAINS; c++) *sum += chain[c];
    return 4. * LANES * CHAINS * rounds;
#else
    return 0;
#endif
}

/* Additions that wait for each other, one a cycle. Returns cycles. */
__attribute__((noinline)) static double cycles(long rounds, float start, float x, float y, vector *sum) {
    unsigned long last = (unsigned long)start, one = (unsigned long)x;
    for (long n = 0; n < rounds; n++) {
#pragma GCC unroll 64
        for (int i = 0; i < 64; i++) {
            last += one;
            __asm__ volatile("" : "+r"(last));
        }
    }
    (*sum)[0] = (float)last;
    return 64. * rounds;
}

/* A fused multiply-add rounds once: (1 + 2^-12)^2 - (1 + 2^-11) is 2^-24, and 0 if the product is rounded by itself. */
static const char *missing(const char *what) {
    vector sum;
    volatile float near = 1 + 1 / 4096.f, less = -(1 + 1 / 2048.f), two = 2, half = .5f;
    if (!strcmp(what, "float32")) {
#ifdef NO_FLOAT32
        return NO_FLOAT32;
#endif
        float32(1, near, near, less, &sum);
        for (int i = 0; i < LANES; i++) if (sum[i] != CHAINS / 16777216.f) return "a product is rounded before it is added to";
        float32(3, 1, two, 1, &sum);                    /* 1, 3, 7, 15 */
        for (int i = 0; i < LANES; i++) if (sum[i] != 15 * CHAINS) return "its multiply-adds come out wrong";
    } else if (!strcmp(what, "bfloat16")) {
#ifdef NO_BFLOAT16
        return NO_BFLOAT16;
#endif
        bfloat16(3, 1, two, half, &sum);                /* 1, 3, 5, 7 */
        for (int i = 0; i < LANES; i++) if (sum[i] != 7 * CHAINS) return "its multiply-adds come out wrong";
    }
    return NULL;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

static double (*kernel)(long, float, float, float, vector *);
static long threads, times, rounds = 256;
static double work, *began, *ended;                     /* of each piece and thread */
static atomic_long arrived;

static void *worker(void *number) {
    long me = (long)number;
    for (long piece = 0; piece < times; piece++) {
        atomic_fetch_add(&arrived, 1);
        while (atomic_load(&arrived) < threads * (piece + 1)) ;         /* all begin at once */
        began[piece * threads + me] = now();
        kernel(rounds, 1, 1, 1e-6f, &sums[me]);
        ended[piece * threads + me] = now();
    }
    return NULL;
}

int main(int count, char **given) {
    if (count == 4) {
        kernel = !strcmp(given[1], "clock") ? cycles : !strcmp(given[1], "bfloat16") ? bfloat16 :
                 !strcmp(given[1], "float32") ? float32 : NULL;
        threads = atol(given[2]), times = atol(given[3]);
    }
    if (!kernel || threads < 1 || threads > MOST || times < 1) {
        fprintf(stderr, "limit float32|bfloat16|clock THREADS TIMES");
        return 2;
    }
    const char *why = missing(given[1]);
    if (why) {
        fprintf(stderr, "%s", why);
        return 1;
    }
    for (double seconds = 0; seconds < 5e-4; rounds *= seconds < 5e-4 ? 2 : 1) {      /* how many take half a ms? */
        double start = now();
        work = kernel(rounds, 1, 1, 1e-6f, sums);
        seconds = now() - start;
    }
    began = malloc(times * threads * sizeof *began), ended = malloc(times * threads * sizeof *ended);
    pthread_t *all = malloc(threads * sizeof *all);
    for (long t = 0; t < threads; t++) pthread_create(all + t, NULL, worker, (void *)t);
    for (long t = 0; t < threads; t++) pthread_join(all[t], NULL);
    for (long piece = 0; piece < times; piece++) {
        double first = began[piece * threads], last = ended[piece * threads];
        for (long t = 1; t < threads; t++) {
            if (began[piece * threads + t] < first) first = began[piece * threads + t];
            if (ended[piece * threads + t] > last) last = ended[piece * threads + t];
        }
        printf("%.6e\n", work * threads / (last - first));
    }
    return 0;
}
