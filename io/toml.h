#pragma once
// toml++, to be included by no other way. It asserts that the name of a table begins with a letter of a name, which is
// not so in "[{", and then reports what it finds; its assertions must neither end the program (without NDEBUG) nor be
// taken as true (clang, with NDEBUG).

#define TOML_ASSERT(expression) static_assert(true)
#pragma push_macro("NDEBUG")
#undef NDEBUG
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")
