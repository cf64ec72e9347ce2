@echo off
rem make.bat demo : the environment, then a county day dispatched into out\demo
rem make.bat test : the environment, then the tests
setlocal
cd /d "%~dp0"
if not "%1"=="demo" if not "%1"=="test" (
  echo make.bat demo or make.bat test
  exit /b 2
)
if not exist .venv\Scripts\python.exe py -3 -m venv .venv || exit /b 1
set PY=.venv\Scripts\python.exe
%PY% -m pip install --quiet --require-hashes -r requirements.txt || exit /b 1
if exist dist rmdir /s /q dist
%PY% -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist . || exit /b 1
for %%W in (dist\*.whl) do fc /b %%W .venv\installed.whl >nul 2>&1 || call :install %%W || exit /b 1
if "%1"=="demo" (
  .venv\Scripts\matcher.exe demo -o out\demo
) else (
  set MATCHER_WHEEL=1
  set PYTHONSAFEPATH=1
  %PY% -m pytest --import-mode=importlib -n auto
)
exit /b

:install
rem numba's cache does not see that a kernel in another file has changed
del /q .venv\Lib\site-packages\matcher\solver\__pycache__\*.nb? 2>nul
%PY% -m pip install --quiet --no-deps --force-reinstall %1 || exit /b 1
echo compiling the solver, about a minute
.venv\Scripts\matcher.exe doctor || exit /b 1
copy /y %1 .venv\installed.whl >nul
