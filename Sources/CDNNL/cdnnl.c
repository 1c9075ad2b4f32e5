#include "cdnnl.h"
