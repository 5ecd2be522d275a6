#pragma once
// What a tolerance asks of the method, without units: derived from the errors that the windows make.
//
//   reach c: f is split by a Kaiser-Bessel window of shape c. The smooth part has no frequencies beyond c/R, R the
//   cut-off, but for the window's edge, which is e^-c of its centre.
//   width p, oversampling s, shape b: points are spread over p x p nodes of a mesh whose step resolves s times that
//   frequency. Frequencies that the mesh takes for another (aliases) come with the window's transform beyond its main
//   lobe; those of a smooth part that has little left at its highest frequencies matter less there.
//
// Sources: Hockney & Eastwood 1988 (P3M); Barnett, Magland & af Klinteberg 2019 (window); Jiang & Greengard 2025 and
// Liang, Lu, Barnett, Greengard & Jiang 2025 (splitting by the integral of a compact window).

#include <vector>

namespace dscore::p3m {

struct Recipe {
  double tolerance = 0;     ///< relative error of a score that was asked for
  double reach = 0;         ///< c: highest frequency of the smooth part times the cut-off
  double oversampling = 0;  ///< s > 1: frequency that the mesh resolves, over the highest of the smooth part
  int width = 0;            ///< p: nodes per axis that a point is spread over
  double shape = 0;         ///< b of the mesh's window
  bool operator==(const Recipe&) const = default;
};

// What the fitted polynomials may be off, and the shape of the fading at the end of the smooth part, by the recipe's.
inline constexpr double kNearPolynomialShare = 0.08;  ///< of the tolerance
inline constexpr double kWindowPolynomialShare = 0.01;
inline constexpr double kFadeShare = 1.2;  ///< of the reach: a step of 2.4 cut-offs has the split's highest frequency

/// The part of the smooth function at a frequency of x / R, over that of 1/d: 1 at 0, and about e^-reach at x = reach.
double smooth_part(double reach, double x);

/// One recipe for each oversampling that is worth trying (a coarser mesh needs a wider window).
std::vector<Recipe> recipes(double tolerance);

}  // namespace dscore::p3m
