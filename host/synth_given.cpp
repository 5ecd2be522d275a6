#include "host/synth_given.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "host/synth_places.h"

namespace dscore::synth {
namespace {

/// A k-d tree over places that knows the heaviest place of every branch, so that a branch with nothing heavy or near
/// enough is passed by.
class Tree {
 public:
  Tree(const GivenPlaces& given, std::vector<std::size_t> places) : given_(given), places_(std::move(places)) {
    nodes_.reserve(places_.size() / 2 + 2);
    build(0, places_.size());
  }

  std::size_t best(double x, double y) const {
    Answer answer;
    search(0, x, y, answer);
    return answer.place;
  }

 private:
  struct Node {
    double least_x, most_x, least_y, most_y, heaviest;
    std::size_t begin, end;
    std::size_t right;  // the left child follows its parent; 0: a leaf
  };
  struct Answer {
    double measure = std::numeric_limits<double>::infinity();  // squared distance / weight
    std::size_t place = std::numeric_limits<std::size_t>::max();
  };
  static constexpr std::size_t kLeaf = 8;

  std::size_t build(std::size_t begin, std::size_t end) {
    const double infinity = std::numeric_limits<double>::infinity();
    Node node{infinity, -infinity, infinity, -infinity, 0, begin, end, 0};
    for (std::size_t k = begin; k < end; ++k) {
      const std::size_t p = places_[k];
      node.least_x = std::min(node.least_x, given_.x_m[p]);
      node.most_x = std::max(node.most_x, given_.x_m[p]);
      node.least_y = std::min(node.least_y, given_.y_m[p]);
      node.most_y = std::max(node.most_y, given_.y_m[p]);
      node.heaviest = std::max(node.heaviest, given_.weight[p]);
    }
    const std::size_t at = nodes_.size();
    nodes_.push_back(node);
    if (end - begin <= kLeaf) return at;
    const bool by_x = node.most_x - node.least_x > node.most_y - node.least_y;
    const std::vector<double>& coordinate = by_x ? given_.x_m : given_.y_m;
    const std::size_t middle = begin + (end - begin) / 2;
    const auto first = places_.begin();
    std::nth_element(first + static_cast<std::ptrdiff_t>(begin), first + static_cast<std::ptrdiff_t>(middle),
                     first + static_cast<std::ptrdiff_t>(end),
                     [&](std::size_t a, std::size_t b) { return coordinate[a] < coordinate[b]; });
    build(begin, middle);
    const std::size_t right = build(middle, end);
    nodes_[at].right = right;
    return at;
  }

  /// No place of the node has a lower measure.
  static double bound(const Node& node, double x, double y) {
    const double dx = std::max({node.least_x - x, x - node.most_x, 0.0});
    const double dy = std::max({node.least_y - y, y - node.most_y, 0.0});
    return (dx * dx + dy * dy) / node.heaviest;
  }

  void search(std::size_t at, double x, double y, Answer& answer) const {
    const Node& node = nodes_[at];
    if (bound(node, x, y) > answer.measure) return;
    if (node.right == 0) {
      for (std::size_t k = node.begin; k < node.end; ++k) {
        const std::size_t p = places_[k];
        const double dx = given_.x_m[p] - x, dy = given_.y_m[p] - y;
        const double measure = (dx * dx + dy * dy) / given_.weight[p];
        if (measure < answer.measure || (measure == answer.measure && p < answer.place)) answer = {measure, p};
      }
      return;
    }
    std::size_t first = at + 1, second = node.right;
    if (bound(nodes_[second], x, y) < bound(nodes_[first], x, y)) std::swap(first, second);
    search(first, x, y, answer);
    search(second, x, y, answer);
  }

  const GivenPlaces& given_;
  std::vector<std::size_t> places_;
  std::vector<Node> nodes_;
};

}  // namespace

void move_to(const GivenPlaces& given, std::vector<Places>& regions) {
  std::vector<std::vector<std::size_t>> of_region(regions.size());
  for (std::size_t p = 0; p < given.size(); ++p) of_region[given.region[p]].push_back(p);
  for (std::size_t r = 0; r < regions.size(); ++r) {
    if (of_region[r].empty()) {
      regions[r] = {};
      continue;
    }
    const Tree tree(given, std::move(of_region[r]));
    for (std::size_t k = 0; k < regions[r].x_m.size(); ++k) {
      const std::size_t p = tree.best(regions[r].x_m[k], regions[r].y_m[k]);
      regions[r].x_m[k] = given.x_m[p];
      regions[r].y_m[k] = given.y_m[p];
    }
  }
}

std::vector<std::size_t> points_for(const GivenPlaces& given, std::size_t regions) {
  constexpr std::size_t kPointsToAPlace = 4;
  std::vector<std::size_t> points(regions, 0);
  for (const std::uint16_t region : given.region) points[region] += kPointsToAPlace;
  return points;
}

}  // namespace dscore::synth
