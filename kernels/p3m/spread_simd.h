#pragma once
// Masses to the nodes of the mesh, and the nodes' sums back to the locations; with the widest instructions the machine
// has (chosen at run time).

#include <cstddef>

#include "kernels/p3m/mesh.h"
#include "kernels/p3m/strips.h"

namespace dscore::p3m {

/// What the mesh returns of a location's own mass, which is taken off.
struct OwnPart {
  double of_unit_mass = 0;           ///< about
  const double* response = nullptr;  ///< Mesh::response(width): to its last digits, in FP64; may be null
};

/// Adds the masses of strips first .. last - 1 to the nodes (rows x stride() of the shape).
void spread_strips(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first,
                   std::size_t last, double* nodes);

/// sums[slot] of strips first .. last - 1 becomes the sums at the nodes (stride<T>() of the shape), as the window
/// weighs them, without the location's own part.
void gather_strips(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first,
                   std::size_t last, const double* nodes, const OwnPart& own, double* sums);
void gather_strips(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first,
                   std::size_t last, const float* nodes, const OwnPart& own, double* sums);

}  // namespace dscore::p3m
