// A build without PROJ (DSCORE_STATIC).

#include "io/projection.h"
#include "kernels/error.h"

namespace dscore {

ProjectionInfo project_to_rd(std::span<double> /*x*/, std::span<double> /*y*/) {
  throw Error(
      "longitude and latitude: this dscore was built without PROJ. Build it with libproj-dev, or give coordinates in "
      "RD "
      "New.");
}

ProjectionInfo project_from_rd(std::span<double> /*x*/, std::span<double> /*y*/) {
  throw Error(
      "great-circle distances: this dscore was built without PROJ, which makes longitude and latitude of RD New. Build "
      "it with libproj-dev, or take distances in the plane.");
}

std::string proj_version() { return {}; }

}  // namespace dscore
