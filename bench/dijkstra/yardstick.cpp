// Dijkstra's algorithm on a grid with vertex costs as one would write it in C++: an array binary heap of (distance, cell) with lazy deletion, early stop.
//   yardstick COSTS SOLUTIONS ROWS COLUMNS SECONDS
// COSTS holds instances of ROWS x COLUMNS doubles; their paths go to SOLUTIONS, a byte a cell; prints the microseconds a solve of each pass over all.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <vector>

struct Entry {
  double distance;
  int cell;
  bool operator<(const Entry &other) const { return distance < other.distance || (distance == other.distance && cell < other.cell); }
};

class Heap {
  std::vector<Entry> entries;
  int size = 0;

public:
  explicit Heap(int capacity) : entries(capacity) {}
  void clear() { size = 0; }
  bool empty() const { return size == 0; }

  void push(Entry entry) {
    int i = size++;
    while (i > 0) {
      int parent = (i - 1) / 2;
      if (!(entry < entries[parent])) break;
      entries[i] = entries[parent];
      i = parent;
    }
    entries[i] = entry;
  }

  Entry pop() {
    Entry least = entries[0], last = entries[--size];
    int i = 0;
    for (int child = 1; child < size; child = 2 * i + 1) {
      if (child + 1 < size && entries[child + 1] < entries[child]) child++;
      if (!(entries[child] < last)) break;
      entries[i] = entries[child];
      i = child;
    }
    entries[i] = last;
    return least;
  }
};

class Grid {
  int rows, columns;
  std::vector<double> distance;
  std::vector<int> predecessor;
  Heap heap;

public:
  Grid(int rows, int columns) : rows(rows), columns(columns), distance(rows * columns), predecessor(rows * columns), heap(8 * rows * columns) {}

  void solve(const double *costs, uint8_t *path) {
    const int target = rows * columns - 1;
    std::fill(distance.begin(), distance.end(), std::numeric_limits<double>::infinity());
    heap.clear();
    distance[0] = costs[0];
    predecessor[0] = -1;
    heap.push({costs[0], 0});
    while (!heap.empty()) {
      Entry u = heap.pop();
      if (u.cell == target) break;
      if (u.distance > distance[u.cell]) continue;
      relax(u, costs);
    }
    std::fill(path, path + target + 1, 0);
    for (int v = target; v >= 0; v = predecessor[v]) path[v] = 1;
  }

private:
  void relax(Entry u, const double *costs) {
    const int row = u.cell / columns, column = u.cell % columns;
    const int bottom = std::min(row + 1, rows - 1), right = std::min(column + 1, columns - 1);
    for (int r = std::max(row - 1, 0); r <= bottom; r++) {
      for (int c = std::max(column - 1, 0); c <= right; c++) {
        const int v = r * columns + c;
        const double d = u.distance + costs[v];
        if (!(d < distance[v])) continue;
        distance[v] = d;
        predecessor[v] = u.cell;
        heap.push({d, v});
      }
    }
  }
};

int main(int, char **argv) {
  using Clock = std::chrono::steady_clock;
  std::ifstream file(argv[1], std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  const double *costs = reinterpret_cast<const double *>(bytes.data());
  const int rows = std::atoi(argv[3]), columns = std::atoi(argv[4]), m = rows * columns;
  const int count = bytes.size() / sizeof(double) / m;
  std::vector<uint8_t> paths(count * m);
  Grid grid(rows, columns);
  const auto end = Clock::now() + std::chrono::duration<double>(std::atof(argv[5]));
  while (Clock::now() < end) {
    const auto start = Clock::now();
    for (int i = 0; i < count; i++) grid.solve(costs + i * m, &paths[i * m]);
    std::printf("%.6f\n", std::chrono::duration<double, std::micro>(Clock::now() - start).count() / count);
  }
  std::ofstream(argv[2], std::ios::binary).write(reinterpret_cast<const char *>(paths.data()), paths.size());
}
