@echo off
rem make.bat demo : the environment, then a county day dispatched into out\demo
rem make.bat test : the environment, then lint and the tests
rem What follows goes on: make.bat demo --volunteers 300, make.bat test -k demo
setlocal EnableExtensions DisableDelayedExpansion
cd /d "%~dp0" || exit /b 1
if /i not "%~1"=="demo" if /i not "%~1"=="test" (
  echo make.bat demo or make.bat test
  exit /b 2
)
set "PY=.venv\Scripts\python.exe"

fc /b requirements.txt .venv\locked.txt >nul 2>&1 && goto locked
set "BASE="
for %%P in ("py -3.13" "py -3.12" "py -3.11" "python") do (
  if not defined BASE %%~P -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))" >nul 2>&1 && set "BASE=%%~P"
)
if not defined BASE (
  echo Python 3.11, 3.12 or 3.13 is needed, from python.org
  exit /b 1
)
%BASE% -m venv .venv || exit /b 1
%PY% -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements.txt || exit /b 1
copy /b /y requirements.txt .venv\locked.txt >nul || exit /b 1
:locked

if exist dist rmdir /s /q dist
%PY% -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist . || exit /b 1
set "WHEEL="
for %%W in (dist\*.whl) do set "WHEEL=%%W"
if not defined WHEEL exit /b 1
rem From here on, python -m matcher is the wheel and not the checkout; matcher.exe fails where the folder was moved.
set "PYTHONSAFEPATH=1"
fc /b "%WHEEL%" .venv\installed.whl >nul 2>&1 && goto installed
%PY% -m pip install --quiet --no-deps --force-reinstall "%WHEEL%" || exit /b 1
%PY% -m matcher doctor || exit /b 1
copy /b /y "%WHEEL%" .venv\installed.whl >nul || exit /b 1
:installed

if /i "%~1"=="test" goto test
%PY% -m matcher demo -o out\demo %2 %3 %4 %5 %6 %7 %8 %9
exit /b

:test
%PY% -m ruff check . || exit /b 1
%PY% -m ruff format --check . || exit /b 1
rem as on Linux: for Windows, mypy does not know what the benchmarks ask of Linux
%PY% -m mypy --platform linux || exit /b 1
set "MATCHER_WHEEL=1"
%PY% -m pytest --import-mode=importlib -n auto %2 %3 %4 %5 %6 %7 %8 %9
exit /b
