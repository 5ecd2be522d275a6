#pragma once
// Pieces of io/point_table.h: what a row must be, and the two formats.

#include <cstdint>
#include <span>
#include <string>

#include "io/point_table.h"

namespace dscore::detail {

inline constexpr const char* kWeightAdvice =
    "A weight is the number of establishments that the row stands for; mend the row or name another column with "
    "--weight.";
inline constexpr const char* kOtherPlane = " If these are metres on another plane, add --any-coordinates.";
inline constexpr const char* kTotalAdvice = "Score parts of the table one by one.";
std::string coordinate_advice(const char* flag);

bool is_coordinate(double value);
bool is_weight(double value);
bool is_too_many(std::uint64_t establishments);

/// Why a number is none of these, as the start of a sentence.
std::string fault_of_coordinate(double value);
std::string fault_of_weight(double value);
std::string fault_of_total();
/// Sentences about a point outside the Netherlands (in_box of io/check.h), which columns x_name and y_name hold: what
/// its coordinates look like, what to do.
std::string fault_of_place(double x, double y, const std::string& x_name, const std::string& y_name);

/// Rows that cannot be scored: the first with its text, the others counted.
class BadRows {
 public:
  bool none() const { return count_ == 0; }
  /// One more; `explain` is called for the first.
  template <class Explain>
  void add(Explain explain) {
    if (count_++ == 0) first_ = explain();
  }
  /// Throws Error: the first, and how many more there are; `at_least`, where not all rows were seen.
  void throw_if_any(bool at_least = false) const;

 private:
  std::uint64_t count_ = 0;
  std::string first_;
};

/// From and to CSV; `table` has its name and content already.
void read_csv_points(PointTable& table, const PointColumns& columns);
void write_csv_points(const PointTable& table, const std::string& path, std::span<const double> d_score,
                      const Provenance& provenance);

/// The same for HDF5.
void read_hdf5_points(PointTable& table, const PointColumns& columns);
void write_hdf5_points(const PointTable& table, const std::string& path, std::span<const double> d_score,
                       const Provenance& provenance);

/// Standard output, or what exists and is not a regular file: nothing can stand beside it.
bool is_device(const std::string& path);

}  // namespace dscore::detail
