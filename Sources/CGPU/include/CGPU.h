// NVIDIA's libraries, found while the program runs: tables of function pointers that `cgpu_fill_*`
// fills from an opened library. Types and constants are declared here anew, from NVIDIA's public
// documentation, so no CUDA header is needed to build and no library to run on other devices.
#pragma once

#include "library.h"

#include "driver.h"

#include "compiler.h"

#include "convolution.h"

#include "products.h"

#include "exchange.h"

#include "arguments.h"
