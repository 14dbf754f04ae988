// The 0/1 knapsack by dynamic programming as one would write it in C++: sums of doubles, a byte for each choice, items from the last to the first.
//   yardstick WEIGHTS SCORES SOLUTIONS CAPACITY SECONDS
// WEIGHTS holds n int32, SCORES instances of n doubles; their items go to SOLUTIONS, a byte each; prints the microseconds a solve of each pass over all.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

template <typename T> std::vector<T> read(const char *name) {
  std::ifstream file(name, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  const T *begin = reinterpret_cast<const T *>(bytes.data());
  return std::vector<T>(begin, begin + bytes.size() / sizeof(T));
}

class Knapsack {
  std::vector<int32_t> weights;
  int capacity;
  std::vector<double> values;
  std::vector<uint8_t> choices;

public:
  Knapsack(const std::vector<int32_t> &weights, int capacity)
      : weights(weights), capacity(capacity), values(capacity + 1), choices(weights.size() * (capacity + 1)) {}

  void solve(const double *scores, uint8_t *taken) {
    const int n = weights.size(), width = capacity + 1;
    std::fill(values.begin(), values.end(), 0.0);
    for (int j = n - 1; j >= 0; j--) {
      uint8_t *choice = &choices[j * width];
      std::fill(choice, choice + width, 0);
      if (!(scores[j] > 0)) continue;
      for (int c = capacity; c >= weights[j]; c--) {
        const double value = values[c - weights[j]] + scores[j];
        choice[c] = value >= values[c];
        if (choice[c]) values[c] = value;
      }
    }
    for (int j = 0, left = capacity; j < n; j++) {
      taken[j] = choices[j * width + left];
      if (taken[j]) left -= weights[j];
    }
  }
};

int main(int, char **argv) {
  using Clock = std::chrono::steady_clock;
  const auto weights = read<int32_t>(argv[1]);
  const auto scores = read<double>(argv[2]);
  const int n = weights.size(), count = scores.size() / n;
  std::vector<uint8_t> taken(scores.size());
  Knapsack knapsack(weights, std::atoi(argv[4]));
  const auto end = Clock::now() + std::chrono::duration<double>(std::atof(argv[5]));
  while (Clock::now() < end) {
    const auto start = Clock::now();
    for (int i = 0; i < count; i++) knapsack.solve(&scores[i * n], &taken[i * n]);
    std::printf("%.6f\n", std::chrono::duration<double, std::micro>(Clock::now() - start).count() / count);
  }
  std::ofstream(argv[3], std::ios::binary).write(reinterpret_cast<const char *>(taken.data()), taken.size());
}
