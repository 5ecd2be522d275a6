#pragma once
// Places for `dscore synth --places`: a CSV table with two coordinates, a region and perhaps a weight per row.

#include <optional>
#include <span>
#include <string>

#include "host/register.h"
#include "host/synth_given.h"

namespace dscore {

struct PlacesColumns {
  std::string x = "x_m";
  std::string y = "y_m";
  std::string region = "region";      ///< a region's code
  std::optional<std::string> weight;  ///< else the column "weight" if there is one, else all places weigh the same
};

struct PlacesTable {
  GivenPlaces places;
  std::string sha256;  ///< of the file as it lies on disk
};

/// Reads CSV, plain or gzip ("-" is standard input); columns that are not named are ignored. Throws Error with row and
/// column: what is no number, coordinates outside the Netherlands in RD New, a weight that is not above 0, a region
/// that is none of `regions`, and all that io/csv.h refuses.
PlacesTable read_places(const std::string& path, const PlacesColumns& columns, std::span<const Region> regions);

}  // namespace dscore
