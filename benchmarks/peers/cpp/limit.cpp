// How fast the simulation can run on one CPU: the "published" convention, bit-sliced, AVX-512.
//
// A lane is one (resource scenario, replication) pair and a register holds one bit of 512 lanes: a
// plane. A state is two planes (a: at least 1, b: equal to 2), so min is AND and max is OR.
// Resources, in sixteenths, are RESOURCE_BITS planes; sums and comparisons ripple through them.
// Every policy (SRD, CRD, principle) has a kernel of its own, which takes a firm's period in one
// pass. The draws of 512 lanes are made once and serve every policy.
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <vector>

// ---- The paper's Table 2, in sixteenths (acquisition) and in whole units (consumption) ----
constexpr int ACQUISITION[4][3] = {{8, 12, 16}, {4, 8, 12}, {8, 16, 24}, {4, 6, 7}};
constexpr int CONSUMPTION[6][3] = {{1, 5, 9}, {1, 10, 22}, {2, 5, 7},
                                   {5, 1, 6}, {10, 1, 11}, {5, 2, 7}};
constexpr int SCENARIOS = 4 * 4 * 6 * 6, SRDS = 8, CRDS = 6, POLICIES = SRDS * (CRDS * 2 + 1);
constexpr int AMOUNT_BITS = 5;     // one acquisition (sixteenths) or one cost (whole units)
constexpr int FRACTION_BITS = 4;   // sixteenths
constexpr int LOW_BITS = 10;       // the fraction, and units below 64: more than any two costs
constexpr int RESOURCE_BITS = 15;  // enough for 681 periods
constexpr int INITIAL_RESOURCES = 3 << FRACTION_BITS;

struct Scenario { const int* amounts[4]; };  // acquisition of x and y, cost of x and y
Scenario scenario(int s) {
  return {{ACQUISITION[s / 144], ACQUISITION[s / 36 % 4], CONSUMPTION[s / 6 % 6],
           CONSUMPTION[s % 6]}};
}
struct Model {
  int firms = 5, chains = 5, periods = 180, replications = 4, threads = 2;
  int first = 0, last = POLICIES, repeat = 1;
  double supply_severe = 17. / 365, supply_mild = 50. / 365;
  double cyber_severe = 17. / 365, cyber_mild = 50. / 365;
  uint64_t seed = 1;
  bool check = false;
};

// ---- Vectors of planes ----
using V = __m512i;
// Any function of three bits, given by its truth table over A, B and C: logic<A & (B | C)>(a, b, c)
template <int f> inline V logic(V a, V b, V c) {
  return _mm512_ternarylogic_epi64(a, b, c, f & 255);
}
inline V count(V a, V n) { return _mm512_add_epi64(n, _mm512_popcnt_epi64(a)); }
constexpr int A = 0xF0, B = 0xCC, C = 0xAA;
constexpr int LANES = sizeof(V) * 8;
// The instruction overwrites its first input and a copy costs as much as an operation, so the first
// argument is always one that is not needed again.
inline V choose(V one, V which, V other) { return logic<(B & A) | (~B & C)>(one, which, other); }
inline V majority(V a, V b, V c) { return logic<(A & B) | (A & C) | (B & C)>(a, b, c); }
inline V or_and(V a, V b, V c) { return logic<A | (B & C)>(a, b, c); }
// a + b + carry: returns the sum, updates the carry. The same for a - b - borrow.
inline V add(V a, V b, V& carry) {
  V t = a ^ b, sum = t ^ carry;
  carry = logic<(A & C) | (~A & B)>(t, a, carry);
  return sum;
}
inline V subtract(V a, V b, V& borrow) {
  V t = a ^ b, difference = t ^ borrow;
  borrow = logic<(A & B) | (~A & C)>(t, b, borrow);
  return difference;
}
inline V load(const V& plane) {  // once, into a register
  V v = plane;
  asm("" : "+v"(v));
  return v;
}
inline V all(bool bit) { return _mm512_set1_epi64(-(int64_t)bit); }
struct Pair { V a, b; };  // a state (at least 1, equal to 2), or a draw (not severe, neither)
inline uint64_t total(V v) {
  uint64_t w[sizeof(V) / 8], n = 0;
  memcpy(w, &v, sizeof v);
  for (uint64_t x : w) n += x;
  return n;
}
#define UNROLL _Pragma("GCC unroll 16")

struct Cell {  // a firm: states of two periods in turn, resources. Absent neighbours: x = y = 0
  Pair x[2], y[2];
  V resources[RESOURCE_BITS];
};

struct Block {  // lanes, their draws and constants: shared by the policies
  V amounts[4][AMOUNT_BITS][3], start[RESOURCE_BITS], live;
  alignas(64) uint64_t replication[LANES], scenario[LANES];
  std::vector<Pair> supply, cyber;  // [period][firm] and [period][chain], padded at both ends
};
struct Totals { uint64_t x = 0, y = 0, resources = 0; };

// ---- One firm's pieces ----
inline Pair hit(const Pair& s, const Pair& shock) {
  return {logic<(A & B) | (~A & C)>(load(shock.b), s.a, s.b) & shock.a, s.b & shock.b};
}

struct Neighbour { const Pair &state, &shock; };
// What the rule asks for; neighbours: upstream, downstream, previous and next chain.
template <int RULE, bool CYBER> inline Pair target(Pair u, const Neighbour (&neighbours)[4]) {
  constexpr bool MARKET = RULE >= 6;
  constexpr bool UP = CYBER ? RULE <= 4 : RULE != 6, DOWN = CYBER ? RULE <= 4 : RULE != 7;
  constexpr bool SEES[4] = {UP, DOWN, true, true};
  if constexpr (RULE == 1) return {all(1), all(1)};
  if constexpr (RULE == 2) return {all(1), u.a};
  if constexpr (RULE == 4) {
    V high[4];
    UNROLL for (int j = 0; j < 4; j++) high[j] = neighbours[j].state.b & neighbours[j].shock.b;
    const V one = logic<A | B | C>(high[0], high[1], high[2]);
    return {all(1), u.b | or_and(majority(high[0], high[1], high[2]), one, high[3])};
  }
  Pair to = {RULE == 5 ? u.a : all(1), MARKET ? u.a : u.b};
  UNROLL for (int j = 0; j < 4; j++)
    if (SEES[j]) {
      to.b = or_and(to.b, neighbours[j].state.b, neighbours[j].shock.b);
      if (RULE == 5) to.a = to.a | hit(neighbours[j].state, neighbours[j].shock).a;
    }
  return to;
}

inline V amount(const V (&by_state)[3], Pair state) {
  return choose(load(by_state[2]), state.b, choose(load(by_state[1]), state.a, by_state[0]));
}

// Pays for an upgrade from u to the target where the units r suffice; returns where they do.
template <int RULE>
inline V pay(V* r, const V (&cost)[AMOUNT_BITS][3], Pair u, Pair target, V rich, V& dec) {
  // Where the steps 0->1, 1->2 and 0->2 are asked for (radical: no 0->1; incremental: no 0->2)
  const V up = target.b & ~u.b;
  const V e[3] = {RULE == 2 ? ~u.a : RULE == 5 ? target.a & ~(u.a | target.b) : ~(u.a | target.b),
                  RULE <= 2 ? u.a & ~u.b : up & u.a, RULE == 1 ? ~u.a : up & ~u.a};
  V d[AMOUNT_BITS + 1], borrow;
  UNROLL for (int bit = 0; bit < AMOUNT_BITS; bit++) {
    V c = e[1] & cost[bit][1];
    if (RULE != 1) c = or_and(c, e[0], cost[bit][0]);
    if (RULE != 2) c = or_and(c, e[2], cost[bit][2]);
    if (bit == 0) d[0] = r[0] ^ c, borrow = ~r[0] & c;
    else d[bit] = subtract(r[bit], c, borrow);
  }
  d[AMOUNT_BITS] = r[AMOUNT_BITS] ^ borrow;
  borrow = ~r[AMOUNT_BITS] & borrow;
  dec = or_and(dec, borrow, rich);
  const V ok = logic<~A | B>(borrow, rich, rich);
  UNROLL for (int bit = 0; bit <= AMOUNT_BITS; bit++) r[bit] = choose(d[bit], ok, r[bit]);
  return ok;
}
template <int RULE> inline Pair upgraded(Pair u, V ok, Pair target) {
  return {RULE == 5 ? or_and(u.a, ok, target.a) : u.a | ok, or_and(u.b, ok, target.b)};
}

struct Sums { V x, y; };
// One firm's period: c its cell, n and stride a chain's firms and cells, sx and sy the draws.
template <int SRD, int CRD, bool X_FIRST>
inline __attribute__((always_inline))
void step(const Block& blk, Cell* c, int n, int stride, bool first, bool last, int now,
          const Pair* sx, const Pair* sy, Sums& sums) {
  const V zero = all(0);
  V* res = c->resources;
  // Acquisition: the units' low planes, and the carry into the high ones
  const Pair own = c->x[now], own_y = c->y[now];
  const Pair &left = c[first ? 0 : -1].x[now], &right = c[last ? 0 : 1].x[now];
  const Pair least = {logic<A & B & C>(load(left.a), own.a, right.a),
                      logic<A & B & C>(load(left.b), own.b, right.b)};
  V carry, carry_r, r[LOW_BITS];
  UNROLL for (int bit = 0; bit < LOW_BITS; bit++) {
    const V old = load(res[bit]);
    V got = carry;
    if (bit < AMOUNT_BITS) {
      V gx = amount(blk.amounts[0][bit], least);
      V gy = CRD ? amount(blk.amounts[1][bit], own_y) : blk.amounts[1][bit][1];
      if (bit == 0) got = gx ^ gy, carry = gx & gy;
      else got = add(gx, gy, carry);
    }
    if (bit == 0) r[0] = old ^ got, carry_r = old & got;
    else if (bit <= AMOUNT_BITS) r[bit] = add(old, got, carry_r);
    else r[bit] = old ^ carry_r, carry_r = old & carry_r;
    if (bit < FRACTION_BITS) res[bit] = r[bit];
  }
  V rich = carry_r | res[LOW_BITS];
  UNROLL for (int bit = LOW_BITS + 1; bit < RESOURCE_BITS; bit += 2)
    rich = logic<A | B | C>(rich, res[bit], res[bit + 1 < RESOURCE_BITS ? bit + 1 : bit]);
  // Disruption and targets
  const Pair u = hit(own, *sx);
  const Pair want = target<SRD, false>(u, {{c[-1].x[now], sx[-1]}, {c[1].x[now], sx[1]},
                                           {c[-stride].x[now], sx[-n]}, {c[stride].x[now], sx[n]}});
  Pair v = own_y, want_y = own_y;
  if constexpr (CRD > 0) {
    v = hit(own_y, *sy);
    want_y = target<CRD, true>(v, {{c[-1].y[now], sy[0]}, {c[1].y[now], sy[0]},
                                   {c[-stride].y[now], sy[-1]}, {c[stride].y[now], sy[1]}});
  }
  // Payment: the one that the principle favours, then the other, out of what is left
  V *units = r + FRACTION_BITS, dec = zero, ok_x, ok_y = zero;
  const auto &cost_x = blk.amounts[2], &cost_y = blk.amounts[3];
  if constexpr (CRD && !X_FIRST) ok_y = pay<CRD>(units, cost_y, v, want_y, rich, dec);
  ok_x = pay<SRD>(units, cost_x, u, want, rich, dec);
  if constexpr (CRD && X_FIRST) ok_y = pay<CRD>(units, cost_y, v, want_y, rich, dec);
  UNROLL for (int bit = FRACTION_BITS; bit < LOW_BITS; bit++) res[bit] = r[bit];
  V change = carry_r ^ dec;  // of the high planes: +1, -1 (dec) or 0
  UNROLL for (int bit = LOW_BITS; bit < RESOURCE_BITS; bit++) {
    const V old = load(res[bit]);
    res[bit] = old ^ change;
    change = logic<A & (B ^ C)>(change, old, dec);
  }
  const Pair xn = upgraded<SRD>(u, ok_x, want);
  c->x[1 - now].a = xn.a, c->x[1 - now].b = xn.b;
  sums.x = count(xn.a, count(xn.b, sums.x));
  if constexpr (CRD > 0) {
    const Pair yn = upgraded<CRD>(v, ok_y, want_y);
    c->y[1 - now].a = yn.a, c->y[1 - now].b = yn.b;
    sums.y = count(yn.a, count(yn.b, sums.y));
  }
}

template <int SRD, int CRD, bool X_FIRST>
void run(const Model& m, const Block& blk, Cell* cells, Totals& totals) {
  const int n = m.firms, firms = n * m.chains, stride = n + 1;
  std::fill_n(cells, (m.chains + 2) * stride + 1, Cell{});
  for (int k = 1; k <= m.chains; k++)
    for (Cell* c = &cells[k * stride + 1]; c <= &cells[k * stride + n]; c++) {
      c->x[0] = {blk.live, blk.live};
      c->y[0] = {blk.live, CRD ? blk.live : all(0)};
      memcpy(c->resources, blk.start, sizeof blk.start);
    }
  Sums sums = {all(0), all(0)};
  for (int t = 0; t < m.periods; t++) {
    const Pair *sx = &blk.supply[n + t * firms], *sy = &blk.cyber[1 + t * m.chains];
    for (int k = 1; k <= m.chains; k++, sy++)
      for (int i = 1; i <= n; i++, sx++)
        step<SRD, CRD, X_FIRST>(blk, &cells[k * stride + i], n, stride, i == 1, i == n, t & 1,
                                sx, sy, sums);
  }
  totals.x += total(sums.x);
  totals.y += CRD ? total(sums.y) : total(count(blk.live, all(0))) * m.periods * firms;
  for (int c = stride; c < (m.chains + 1) * stride; c++)
    for (int bit = 0; bit < RESOURCE_BITS; bit++)
      totals.resources += total(count(cells[c].resources[bit], all(0))) << bit;
}

using Kernel = void (*)(const Model&, const Block&, Cell*, Totals&);
struct Policy { int srd, crd; bool x_first; };
constexpr Policy policy(int p) {
  return p < SRDS * CRDS * 2 ? Policy{p / 12 + 1, p / 2 % 6 + 1, p % 2 == 0}
                             : Policy{p - 95, 0, true};
}
template <size_t... p> constexpr std::array<Kernel, POLICIES> kernels(std::index_sequence<p...>) {
  return {run<policy(p).srd, policy(p).crd, policy(p).x_first>...};
}
constexpr auto KERNELS = kernels(std::make_index_sequence<POLICIES>{});

// ---- Draws: Philox4x32-10, eight counters to a register, a word in each 64-bit element ----
struct Thresholds { uint64_t severe, any; };
Thresholds thresholds(double severe, double mild) {
  return {(uint64_t)nearbyint(severe * 0x1p32), (uint64_t)nearbyint((severe + mild) * 0x1p32)};
}
// Four periods from 4 * quad of one firm (or chain), for all the block's lanes.
void draw(const Model& m, const Block& blk, uint32_t quad, uint32_t c1, Thresholds th, Pair* out,
          int stride) {
  const __m512i m0 = _mm512_set1_epi64(0xD2511F53), m1 = _mm512_set1_epi64(0xCD9E8D57);
  const __m512i low = _mm512_set1_epi64(0xffffffff);
  const __m512i severe = _mm512_set1_epi64(th.severe), any = _mm512_set1_epi64(th.any);
  constexpr int TOGETHER = 4;  // independent chains of instructions
  for (int group = 0; group < LANES / 8; group += TOGETHER) {
    __m512i w[TOGETHER][4];
    UNROLL for (int g = 0; g < TOGETHER; g++) {
      w[g][0] = _mm512_set1_epi64(quad), w[g][1] = _mm512_set1_epi64(c1);
      w[g][2] = _mm512_load_si512(&blk.replication[(group + g) * 8]);
      w[g][3] = _mm512_load_si512(&blk.scenario[(group + g) * 8]);
    }
    uint32_t k0 = m.seed, k1 = m.seed >> 32;
    for (int round = 0; round < 10; round++, k0 += 0x9E3779B9, k1 += 0xBB67AE85) {
      const __m512i key0 = _mm512_set1_epi64(k0), key1 = _mm512_set1_epi64(k1);
      UNROLL for (int g = 0; g < TOGETHER; g++) {
        __m512i p0 = _mm512_mul_epu32(w[g][0], m0), p1 = _mm512_mul_epu32(w[g][2], m1);
        w[g][0] = _mm512_srli_epi64(p1, 32) ^ w[g][1] ^ key0;
        w[g][2] = _mm512_srli_epi64(p0, 32) ^ w[g][3] ^ key1;
        w[g][1] = p1;
        w[g][3] = p0;
      }
    }
    UNROLL for (int j = 0; j < 4; j++) {
      uint32_t s = 0, a = 0;
      UNROLL for (int g = 0; g < TOGETHER; g++) {
        const __m512i u = _mm512_and_si512(w[g][j], low);
        s |= (uint32_t)_mm512_cmpge_epu64_mask(u, severe) << 8 * g;
        a |= (uint32_t)_mm512_cmpge_epu64_mask(u, any) << 8 * g;
      }
      memcpy((uint8_t*)&out[j * stride].a + group, &s, TOGETHER);
      memcpy((uint8_t*)&out[j * stride].b + group, &a, TOGETHER);
    }
  }
}

void prepare(const Model& m, Block& blk, int64_t lane) {  // the lanes' constants
  memset(&blk.amounts, 0, sizeof blk.amounts);
  memset(&blk.start, 0, sizeof blk.start);
  memset(&blk.live, 0, sizeof blk.live);
  const auto set = [](V& plane, int l, int bit) { ((uint8_t*)&plane)[l / 8] |= bit << l % 8; };
  for (int l = 0; l < LANES; l++) {
    blk.replication[l] = (lane + l) / SCENARIOS;
    blk.scenario[l] = (lane + l) % SCENARIOS;
    const bool live = blk.replication[l] < (uint64_t)m.replications;
    // A lane past the end has states 0, gets nothing and can pay for nothing
    for (int bit = 0; bit < AMOUNT_BITS; bit++)
      for (int a = 0; a < 4; a++)
        for (int j = 0; j < 3; j++) {
          const int amount = live ? scenario(blk.scenario[l]).amounts[a][j] : a < 2 ? 0 : 1;
          set(blk.amounts[a][bit][j], l, amount >> bit & 1);
        }
    for (int bit = 0; bit < RESOURCE_BITS; bit++)
      set(blk.start[bit], l, live && INITIAL_RESOURCES >> bit & 1);
    set(blk.live, l, live);
  }
}

void simulate(const Model& m, std::vector<Totals>& totals) {
  const int firms = m.firms * m.chains, quads = (m.periods + 3) / 4;
  const int64_t lanes = (int64_t)m.replications * SCENARIOS;
  const Thresholds supply = thresholds(m.supply_severe, m.supply_mild);
  const Thresholds cyber = thresholds(m.cyber_severe, m.cyber_mild);
  Block blk;
  blk.supply.resize(firms * quads * 4 + 2 * m.firms);
  blk.cyber.resize(m.chains * quads * 4 + 2);
#pragma omp parallel num_threads(m.threads)
  {
    std::vector<Cell> cells((m.chains + 2) * (m.firms + 1) + 1);
    for (int64_t lane = 0; lane < lanes; lane += LANES) {
#pragma omp single
      prepare(m, blk, lane);
#pragma omp for
      for (int quad = 0; quad < quads; quad++) {
        for (int f = 0; f < firms; f++)
          draw(m, blk, quad, f % m.firms | f / m.firms << 20, supply,
               &blk.supply[m.firms + quad * 4 * firms + f], firms);
        for (int k = 0; k < m.chains; k++)
          draw(m, blk, quad | 1u << 31, k << 20, cyber,
               &blk.cyber[1 + quad * 4 * m.chains + k], m.chains);
      }
#pragma omp for schedule(dynamic)
      for (int p = m.first; p < m.last; p++) KERNELS[p](m, blk, cells.data(), totals[p]);
    }
  }
}

// ---- The model again, one lane at a time, for --check ----
int severity(const Model& m, int t, bool cyber, int i, int k, int replication, int scenario) {
  uint32_t c[4] = {(uint32_t)t / 4 | (uint32_t)cyber << 31, (uint32_t)(i | k << 20),
                   (uint32_t)replication, (uint32_t)scenario};
  uint32_t k0 = m.seed, k1 = m.seed >> 32;
  for (int round = 0; round < 10; round++, k0 += 0x9E3779B9, k1 += 0xBB67AE85) {
    const uint64_t p0 = 0xD2511F53ull * c[0], p1 = 0xCD9E8D57ull * c[2];
    c[0] = (p1 >> 32) ^ c[1] ^ k0, c[1] = p1, c[2] = (p0 >> 32) ^ c[3] ^ k1, c[3] = p0;
  }
  const Thresholds th = cyber ? thresholds(m.cyber_severe, m.cyber_mild)
                              : thresholds(m.supply_severe, m.supply_mild);
  return c[t % 4] < th.severe ? 2 : c[t % 4] < th.any;
}
int recover(int rule, bool market, int u, const std::vector<int>& neighbours) {
  int highest = -1, twos = 0;
  for (int s : neighbours) highest = std::max(highest, s), twos += s == 2;
  if (market) return u < highest ? highest : std::min(u + 1, 2);
  if (rule == 1) return 2;
  if (rule == 2) return std::min(u + 1, 2);
  if (rule == 5) return std::max(u, highest);
  return u == 2 || twos >= rule - 2 ? 2 : 1;
}
void plain(const Model& m, Policy pol, const Scenario& sc, const int* shock, Totals& out) {
  const int n = m.firms, firms = n * m.chains;
  const auto [get_x, get_y, cost_x, cost_y] = sc.amounts;
  const auto price = [](const int* cost, int from, int to) {
    return to == from ? 0 : cost[from == 1 ? 1 : to == 1 ? 0 : 2] << FRACTION_BITS;
  };
  const bool along = pol.crd == 3 || pol.crd == 4;
  std::vector<int> x(firms, 2), y(firms, pol.crd ? 2 : 1), r(firms, INITIAL_RESOURCES), u(x), v(y);
  for (int t = 0; t < m.periods; t++, shock += firms + m.chains) {
    for (int f = 0; f < firms; f++) {
      const int up = f % n > 0 ? x[f - 1] : 2, down = f % n < n - 1 ? x[f + 1] : 2;
      r[f] += get_x[std::min({x[f], up, down})] + get_y[y[f]];
      u[f] = std::max(0, x[f] - shock[f]);
      v[f] = pol.crd ? std::max(0, y[f] - shock[firms + f / n]) : 1;
    }
    for (int f = 0; f < firms; f++) {
      std::vector<int> near_x, near_y;
      const auto see = [&](bool present, int g, bool by_x, bool by_y) {
        if (present && by_x) near_x.push_back(u[g]);
        if (present && by_y) near_y.push_back(v[g]);
      };
      see(f % n > 0, f - 1, pol.srd != 6, along), see(f % n < n - 1, f + 1, pol.srd != 7, along);
      see(f >= n, f - n, true, true), see(f + n < firms, f + n, true, true);
      const int to_x = recover(pol.srd, pol.srd >= 6, u[f], near_x);
      const int to_y = pol.crd ? recover(pol.crd, pol.crd == 6, v[f], near_y) : 1;
      const int px = price(cost_x, u[f], to_x), py = price(cost_y, v[f], to_y);
      bool pay_x = r[f] >= px, pay_y = r[f] >= py;
      if (pay_x && pay_y && r[f] < px + py) pay_x = pol.x_first, pay_y = !pay_x;
      r[f] -= px * pay_x + py * pay_y;
      out.x += x[f] = pay_x ? to_x : u[f];
      out.y += y[f] = pay_y ? to_y : v[f];
    }
  }
  for (int have : r) out.resources += have;
}
bool check(const Model& m, const std::vector<Totals>& totals) {
  const int firms = m.firms * m.chains, row = firms + m.chains;
  std::vector<Totals> expected(POLICIES);
  std::vector<int> shock(m.periods * row);
  for (int lane = 0; lane < m.replications * SCENARIOS; lane++) {
    const int rep = lane / SCENARIOS, s = lane % SCENARIOS;
    for (int j = 0; j < m.periods * row; j++) {
      const int t = j / row, f = j % row;
      shock[j] = f < firms ? severity(m, t, false, f % m.firms, f / m.firms, rep, s)
                           : severity(m, t, true, 0, f - firms, rep, s);
    }
#pragma omp parallel for num_threads(m.threads) schedule(dynamic)
    for (int p = m.first; p < m.last; p++)
      plain(m, policy(p), scenario(s), shock.data(), expected[p]);
  }
  int differ = 0;
  for (int p = m.first; p < m.last; p++)
    differ += memcmp(&expected[p], &totals[p], sizeof(Totals)) != 0;
  fprintf(stderr, "check: %d of %d policies differ\n", differ, m.last - m.first);
  return differ == 0;
}

int main(int argc, char** argv) {
  Model m;
  const std::map<std::string, int*> integers = {
      {"--firms", &m.firms}, {"--chains", &m.chains}, {"--periods", &m.periods},
      {"--replications", &m.replications}, {"--threads", &m.threads}, {"--repeat", &m.repeat}};
  const std::map<std::string, double*> reals = {
      {"--supply-severe", &m.supply_severe}, {"--supply-mild", &m.supply_mild},
      {"--cyber-severe", &m.cyber_severe}, {"--cyber-mild", &m.cyber_mild}};
  bool valid = true;
  for (int i = 1; i < argc && valid; i++) {
    const std::string key = argv[i], value = key != "--check" && i + 1 < argc ? argv[++i] : "";
    if (key == "--check") m.check = true;
    else if (value.empty()) valid = false;
    else if (integers.count(key)) valid = (*integers.at(key) = std::stoi(value)) > 0;
    else if (reals.count(key)) *reals.at(key) = std::stod(value);
    else if (key == "--seed") m.seed = std::stoull(value);
    else valid = key == "--policies" && sscanf(value.c_str(), "%d..%d", &m.first, &m.last) == 2;
  }
  valid = valid && 0 <= m.first && m.first <= m.last && m.last <= POLICIES;
  if (!valid || INITIAL_RESOURCES + 48 * int64_t(m.periods) >= 1 << RESOURCE_BITS) {
    fprintf(stderr, "limit [--check] [--policies 0..%d] [--seed n]", POLICIES);
    for (auto& [name, value] : integers) fprintf(stderr, " [%s %d]", name.c_str(), *value);
    for (auto& [name, value] : reals) fprintf(stderr, " [%s %.4f]", name.c_str(), *value);
    fprintf(stderr, "\nat most 681 periods; --repeat: the fastest of so many runs\n");
    return 2;
  }
  std::vector<Totals> totals;
  double best = INFINITY;
  for (int n = 0; n < m.repeat; n++) {
    totals.assign(POLICIES, {});
    const auto begin = std::chrono::steady_clock::now();
    simulate(m, totals);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    best = std::min(best, elapsed.count());
  }
  const double cells = double(m.replications) * SCENARIOS * m.chains * m.firms;
  const double work = cells * m.periods * (m.last - m.first);
  printf("supply_rule,cyber_rule,principle,mean_x,mean_y,mean_resources\n");
  for (int p = m.first; p < m.last; p++) {
    const Policy q = policy(p);
    const Totals& sum = totals[p];
    printf("SRD-%d,CRD-%d,%c,%.6f,%.6f,%.6f\n", q.srd, q.crd, q.x_first ? 'P' : 'C',
           sum.x / cells / m.periods, sum.y / cells / m.periods,
           sum.resources / cells / (1 << FRACTION_BITS));
  }
  fprintf(stderr, "%.4f s, %.0f firm-periods, %.4f ns per firm-period, %.4f ns x threads\n", best,
          work, best / work * 1e9, best / work * 1e9 * m.threads);
  return m.check && !check(m, totals);
}
