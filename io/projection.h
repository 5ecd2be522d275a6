#pragma once
// Longitude and latitude to RD New and back, by PROJ, without network.

#include <span>
#include <string>

namespace dscore {

/// How positions are transformed.
struct ProjectionInfo {
  std::string description;  ///< PROJ's name of the operation
  double accuracy_m = 0;    ///< as PROJ states it; NaN: not known
};

/// EPSG:4326 to EPSG:28992 in place: x holds longitude (degrees east) and becomes metres, y latitude. One operation for
/// all points: the most accurate one whose grids are installed (1 m without any). Points that cannot be transformed
/// become NaN. The same bits for any number of threads. Throws Error where PROJ has no such operation, or its database
/// is missing, or this program was built without PROJ.
ProjectionInfo project_to_rd(std::span<double> x, std::span<double> y);

/// EPSG:28992 to EPSG:4289 in place: x becomes longitude (degrees east) and y latitude, on the ellipsoid that RD New
/// projects (Bessel 1841, datum Amersfoort). That is the projection backwards and nothing else: no change of datum, so
/// no grids, and the same degrees wherever PROJ is. ETRS89 or WGS 84 would move all points by about 100 m together, and
/// distances by 1e-5 of themselves; that a sphere is not an ellipsoid changes them by up to 3e-3. Otherwise as
/// project_to_rd.
ProjectionInfo project_from_rd(std::span<double> x, std::span<double> y);

/// PROJ's own version, as "9.1.1"; empty where this program was built without PROJ.
std::string proj_version();

}  // namespace dscore
