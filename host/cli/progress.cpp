#include "host/cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace dscore::cli {

std::string duration_text(double seconds) {
  char text[32];
  const auto whole = static_cast<long long>(std::llround(seconds));
  if (seconds < 9.95) {
    std::snprintf(text, sizeof text, "%.1f s", seconds);
  } else if (whole < 60) {
    std::snprintf(text, sizeof text, "%lld s", whole);
  } else if (whole < 3600) {
    std::snprintf(text, sizeof text, "%lld min %02lld s", whole / 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%lld h %02lld min", whole / 3600, whole % 3600 / 60);
  }
  return text;
}

std::string progress_text(const std::string& what, double fraction, double elapsed_s) {
  char percentage[16];
  std::snprintf(percentage, sizeof percentage, "[%3d %%] ", static_cast<int>(100 * fraction));
  std::string text = percentage + what + ", " + duration_text(elapsed_s);
  // Too little has been seen before this to say anything about the rest.
  if (fraction >= 0.02 && fraction < 1 && elapsed_s >= 0.5) {
    text += ", about " + duration_text(elapsed_s * (1 - fraction) / fraction) + " left";
  }
  return text;
}

ProgressLine::ProgressLine(bool wanted) : shown_(wanted && isatty(STDERR_FILENO) == 1) {}

void ProgressLine::update(const std::string& what, double fraction) {
  if (!shown_) return;
  fraction = fraction > 0 ? std::min(fraction, 1.0) : 0.0;
  const auto now = Clock::now();
  if (fraction < last_fraction_) start_ = now;
  last_fraction_ = fraction;
  if (on_screen_ && now - last_write_ < std::chrono::milliseconds(100)) return;
  const std::string text = progress_text(what, fraction, std::chrono::duration<double>(now - start_).count());
  std::fprintf(stderr, "\r%.100s\x1b[K", text.c_str());
  std::fflush(stderr);
  on_screen_ = true;
  last_write_ = now;
}

void ProgressLine::wipe() {
  if (!on_screen_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  on_screen_ = false;
}

}  // namespace dscore::cli
