#pragma once

namespace dscore::cli {

/// Has OpenMP's threads soon sleep, not spin, while they wait for each other, unless the environment says how they
/// should wait: beside other busy processes spinning makes a run several times as long. OpenMP asks the environment
/// before main(), so the program starts itself anew.
void wait_passively(char** argv);

}  // namespace dscore::cli
